/** The rules of the wardrobe for everything below; until the server has sent them, a skeleton in its place. */
import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext } from "react";
import { infoQuery } from "@/api/queries";
import type { Info } from "@/api/types";
import { ItemGridSkeleton } from "@/shared/ui/item-grid";
import { ProblemNotice, WaitingNotice } from "@/shared/ui/notice";
import { PageHeading } from "@/shared/ui/page-heading";
import { type Wardrobe, wardrobeOf } from "./wardrobe";

const ofInfo = ({ outfit }: Info) => wardrobeOf(outfit);
const WardrobeContext = createContext<Wardrobe | undefined>(undefined);

export function useWardrobe(): Wardrobe {
  const wardrobe = useContext(WardrobeContext);
  if (wardrobe === undefined) throw new Error("useWardrobe needs a WithWardrobe");
  return wardrobe;
}

/** `title` is the page's heading while it waits. */
export function WithWardrobe({ title, children }: { title: string; children: ReactNode }) {
  const { data: wardrobe, error, failureReason, refetch } = useQuery({ ...infoQuery, select: ofInfo });
  if (wardrobe) return <WardrobeContext value={wardrobe}>{children}</WardrobeContext>;
  return (
    <>
      <PageHeading title={title} />
      <div className="mt-8">
        {error ? (
          <ProblemNotice error={error} onRetry={() => refetch()} />
        ) : (
          <>
            <WaitingNotice failure={failureReason} />
            <ItemGridSkeleton />
          </>
        )}
      </div>
    </>
  );
}
