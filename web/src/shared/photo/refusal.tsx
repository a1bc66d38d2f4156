import type { ApiError } from "@/api/problems";
import { useProblemWords } from "./limits";

/** Why a file cannot be searched with. */
export function Refusal({ why }: { why: ApiError }) {
  const words = useProblemWords(why.kind);
  return (
    <p role="alert" data-problem={why.kind} className="mt-3 rounded-lg bg-blush px-4 py-3 text-sm text-accent">
      <strong className="font-medium">{words.title}.</strong> {words.text}
    </p>
  );
}
