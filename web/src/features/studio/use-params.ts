/** The addresses of the studio and of a shared look: reading them, and changing the studio's without a jump to the top. */
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import type { LookParams, StudioParams } from "./params";

const studio = getRouteApi("/studio");
const look = getRouteApi("/look");

export function useStudioParams(): StudioParams {
  return studio.useSearch();
}

export function useChangeStudio(): (next: StudioParams) => Promise<void> {
  const navigate = useNavigate();
  return (next) => navigate({ to: "/studio", search: next, resetScroll: false });
}

export function useLookParams(): LookParams {
  return look.useSearch();
}
