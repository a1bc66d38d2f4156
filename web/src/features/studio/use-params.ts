/** Hooks for the addresses of the studio and of a shared look; changing the studio's does not scroll to the top. */
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import type { LookParams, StudioParams } from "./params";

const studio = getRouteApi("/studio");
const look = getRouteApi("/look");

export function useStudioParams(): StudioParams {
  return studio.useSearch();
}

/** Each change is a step in the browser's history, which counts them. */
export function useChangeStudio(): (next: StudioParams) => Promise<void> {
  const navigate = useNavigate();
  return (next) =>
    navigate({
      to: "/studio",
      search: next,
      resetScroll: false,
      state: ({ step = 0 }) => ({ step: step + 1 }),
    });
}

/** A name is no step of its own. */
export function useRenameStudio(): (name: string) => Promise<void> {
  const navigate = useNavigate();
  return (name) =>
    navigate({
      to: "/studio",
      search: ({ name: _, ...outfit }: StudioParams) => ({ ...outfit, ...(name && { name }) }),
      resetScroll: false,
      replace: true,
      state: ({ step }) => (step === undefined ? {} : { step }),
    });
}

export function useLookParams(): LookParams {
  return look.useSearch();
}
