/** A message in place of content: there is nothing to show, or something failed. */
import type { ReactNode } from "react";
import { ApiError, kindOf, type ProblemKind } from "@/api/problems";
import { useMessages } from "@/shared/i18n/language";
import { useProblemWords } from "@/shared/photo/limits";
import { Button } from "./button";
import { Icon, type IconName } from "./icon";

type NoticeProps = {
  icon?: IconName;
  title: string;
  text?: string;
  /** "alert" interrupts a screen reader; "status" waits. */
  role?: "alert" | "status";
  children?: ReactNode;
};

export function Notice({ icon = "alert", title, text, role = "status", children }: NoticeProps) {
  return (
    <div role={role} className="mx-auto flex max-w-md flex-col items-center gap-3 px-4 py-12 text-center">
      <Icon name={icon} className="size-8 text-accent" />
      <p className="font-display text-2xl leading-tight">{title}</p>
      {text && <p className="text-pretty text-muted">{text}</p>}
      {children}
    </div>
  );
}

const ICONS: Partial<Record<ProblemKind, IconName>> = {
  "too-large": "photo",
  unsupported: "photo",
  heic: "photo",
  "broken-image": "photo",
  "unknown-item": "search",
  offline: "offline",
  unreachable: "offline",
};

/** Problems that a retry cannot solve. */
const LASTING: readonly ProblemKind[] = ["too-large", "unsupported", "heic", "broken-image", "unknown-item"];

/** A failed request; `onRetry` if a retry may help. */
export function ProblemNotice({
  error,
  onRetry,
  children,
}: {
  error: unknown;
  onRetry?: () => void;
  children?: ReactNode;
}) {
  const m = useMessages();
  const kind = kindOf(error);
  const words = useProblemWords(kind);
  return (
    <Notice icon={ICONS[kind] ?? "alert"} title={words.title} text={words.text} role="alert">
      <div className="mt-2 flex flex-wrap justify-center gap-3" data-problem={kind}>
        {onRetry && !LASTING.includes(kind) && (
          <Button variant="outline" onClick={onRetry}>
            {m.common.retry}
          </Button>
        )}
        {children}
      </div>
      {kind === "other" && error instanceof ApiError && error.requestId && (
        <p className="text-sm text-muted">{m.common.requestId(error.requestId)}</p>
      )}
    </Notice>
  );
}

/** Shown above a skeleton while a query is retried, because the server starts up or is busy. */
export function WaitingNotice({ failure }: { failure: Error | null }) {
  const m = useMessages();
  if (failure === null) return null;
  const kind = kindOf(failure);
  return (
    <p role="status" data-problem={kind} className="mb-6 rounded-lg bg-blush px-4 py-3 text-accent">
      <strong className="font-medium">{m.common.problems[kind].title}.</strong> {m.common.problems[kind].text}
    </p>
  );
}
