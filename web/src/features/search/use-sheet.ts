/** The sheet with the filters has an entry of the history of its own, so that Back closes it first. */
import { useBlocker, useRouter } from "@tanstack/react-router";
import { useRef } from "react";
import { filterOf } from "./fields";
import { useParams } from "./use-params";

/** Opens the sheet. */
export function useOpenSheet(): () => void {
  const { navigate } = useRouter();
  return () => void navigate({ to: "/", search: true, state: { sheet: true }, resetScroll: false });
}

/** Closes the open sheet. What was changed in it stays, with the page before as its own entry; Back closes it too. */
export function useCloseSheet(): () => void {
  const { navigate, history } = useRouter();
  const now = JSON.stringify(filterOf(useParams()));
  const before = useRef(now);
  const keep = () => void navigate({ to: "/", search: true, state: {}, replace: true, resetScroll: false });
  useBlocker({
    shouldBlockFn: ({ action }) => {
      const isKept = action === "BACK" && now !== before.current;
      if (isKept) window.addEventListener("popstate", keep, { once: true }); // once the router is back at this entry
      return isKept;
    },
    enableBeforeUnload: false,
  });
  return () => (now === before.current ? history.back() : keep());
}
