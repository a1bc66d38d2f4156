/** What was asked for as a list of cards; that it is awaited, failed, or has nothing is said in its place. */
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { IconName } from "./icon";
import { Notice, ProblemNotice, WaitingNotice } from "./notice";
import { Skeleton } from "./skeleton";

type ListedProps<One> = {
  query: Pick<UseQueryResult, "error" | "failureReason" | "refetch">;
  /** Undefined until the answer is there. */
  items: readonly One[] | undefined;
  none: { icon: IconName; title: string; text: string };
  keyOf: (one: One) => string;
  children: (one: One) => ReactNode;
};

export function Listed<One>({ query, items, none, keyOf, children }: ListedProps<One>) {
  return (
    <div className="flex flex-col gap-4">
      {query.error && <ProblemNotice error={query.error} onRetry={() => query.refetch()} />}
      {!items && !query.error && (
        <div>
          <WaitingNotice failure={query.failureReason} />
          <Skeleton className="h-40 w-full" />
        </div>
      )}
      {items?.length === 0 && <Notice {...none} />}
      <ul className="flex flex-col gap-4">
        {items?.map((one) => (
          <li key={keyOf(one)}>{children(one)}</li>
        ))}
      </ul>
    </div>
  );
}
