/** Shown if a page throws, or its chunk cannot be loaded. */
import type { ErrorComponentProps } from "@tanstack/react-router";
import { ApiError } from "@/api/problems";
import { useMessages } from "@/shared/i18n/language";
import { ProblemNotice } from "./notice";

export function RouteError({ error }: ErrorComponentProps) {
  const m = useMessages();
  const shown = error instanceof ApiError || navigator.onLine ? error : new ApiError("offline");
  return (
    <>
      <h1 className="sr-only">{m.common.problems.other.title}</h1>
      <ProblemNotice error={shown} onRetry={() => globalThis.location.reload()} />
    </>
  );
}
