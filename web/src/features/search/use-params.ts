/** The search page's address: reading it, and changing it without a jump to the top. */
import { getRouteApi } from "@tanstack/react-router";
import type { SearchParams } from "./params";
import { useIsSheet } from "./use-is-sheet";

const route = getRouteApi("/");

export function useParams(): SearchParams {
  return route.useSearch();
}

/** A change is an entry of the history, but in the sheet, which has one for all of its changes. */
export function useChangeParams(): (change: (old: SearchParams) => SearchParams) => void {
  const navigate = route.useNavigate();
  const entry = useIsSheet() ? { replace: true, state: { sheet: true } } : {};
  return (change) => void navigate({ to: "/", search: change, resetScroll: false, ...entry });
}
