/** Hooks for the addresses of the studio and of a shared look; changing the studio's does not scroll to the top. */
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
