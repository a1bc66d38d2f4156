/** The rules of the wardrobe for everything below; until the server has sent them, a skeleton in its place. */
import { useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext } from "react";
import { infoQuery } from "@/api/queries";
import type { Info } from "@/api/types";
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

type WithWardrobeProps = {
  /** The page's heading while it waits. */
  title: string;
  /** What is shown in the place of the content. */
  waiting: ReactNode;
  children: ReactNode;
};

export function WithWardrobe({ title, waiting, children }: WithWardrobeProps) {
  const { data: wardrobe, error, failureReason, refetch } = useQuery({ ...infoQuery, select: ofInfo });
  if (wardrobe) return <WardrobeContext value={wardrobe}>{children}</WardrobeContext>;
  return (
    <>
      <PageHeading title={title} />
      {error ? (
        <ProblemNotice error={error} onRetry={() => refetch()} />
      ) : (
        <>
          <WaitingNotice failure={failureReason} />
          {waiting}
        </>
      )}
    </>
  );
}
