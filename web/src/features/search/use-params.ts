/** The search page's address: reading it, and changing it without a jump to the top. */
import { getRouteApi } from "@tanstack/react-router";
import type { SearchParams } from "./params";

const route = getRouteApi("/");

export function useParams(): SearchParams {
  return route.useSearch();
}

export function useChangeParams(): (change: (old: SearchParams) => SearchParams) => void {
  const navigate = route.useNavigate();
  return (change) => void navigate({ to: "/", search: change, resetScroll: false });
}
