/** Leaves for the page that the shop sends these words to; the search is no step to go back to. */
import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { ROOT_PATH } from "@/api/root-path";

export function useRedirect(to: string | null | undefined): void {
  const { history } = useRouter();
  useEffect(() => {
    if (to) history.replace(`${ROOT_PATH}${to}`);
  }, [to, history]);
}
