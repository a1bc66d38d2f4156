/** Grey shapes that hold the place of what is loading, in its final size. */
export function Skeleton({ className = "" }: { className?: string }) {
  return <div aria-hidden="true" className={`animate-pulse rounded bg-wash ${className}`} />;
}
