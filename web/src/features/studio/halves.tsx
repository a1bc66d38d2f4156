/** A look's picture, and beside it, or below it on a phone, all that is said of it. */
import type { ReactNode } from "react";
import { FlatLaySkeleton } from "./flat-lay";

export function Halves({ picture, children }: { picture: ReactNode; children?: ReactNode }) {
  return (
    <div className="mt-4 grid items-start gap-x-12 gap-y-4 max-sm:mt-3 lg:grid-cols-2 print:block">
      <div className="mx-auto w-full max-w-xl lg:sticky lg:top-6 print:max-w-80">{picture}</div>
      <div className="flex min-w-0 flex-col gap-5 print:mt-4 print:gap-2">{children}</div>
    </div>
  );
}

/** Before anything is known of the look. */
export function HalvesSkeleton() {
  return <Halves picture={<FlatLaySkeleton />} />;
}
