import { useRouterState } from "@tanstack/react-router";

declare module "@tanstack/history" {
  interface HistoryState {
    /** The sheet with the filters is open. */
    sheet?: boolean;
  }
}

/** Whether the sheet with the filters is open, which its entry of the history says. */
export function useIsSheet(): boolean {
  return useRouterState({ select: ({ location }) => location.state.sheet === true });
}
