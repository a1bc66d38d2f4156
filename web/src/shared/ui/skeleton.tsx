/** Grey placeholders for content that is loading, in its final size. */
export function Skeleton({ className = "" }: { className?: string }) {
  return <div aria-hidden="true" className={`animate-pulse rounded bg-wash ${className}`} />;
}
