/** Which photos the server takes, and the problems with a photo in words that name these limits. */
import { type QueryClient, useQuery } from "@tanstack/react-query";
import type { ProblemKind } from "@/api/problems";
import { infoQuery } from "@/api/queries";
import type { Info, UploadLimits } from "@/api/types";
import { formatMaxSize, formatMediaTypes, formatMegapixels } from "@/shared/format/limits";
import { useLanguage, useMessages } from "@/shared/i18n/language";

const uploadsOf = ({ uploads }: Info) => uploads;

/** Undefined until the server has sent them. */
export function useUploadLimits(isEnabled = true): UploadLimits | undefined {
  return useQuery({ ...infoQuery, select: uploadsOf, enabled: isEnabled }).data;
}

/** The limits once they are there; undefined where they cannot be asked for. */
export async function uploadLimits(queryClient: QueryClient): Promise<UploadLimits | undefined> {
  return queryClient.ensureQueryData(infoQuery).then(uploadsOf, () => undefined);
}

/** The message for a kind of problem, with the server's limits if they are the cause and are known. */
export function useProblemWords(kind: ProblemKind): { title: string; text: string } {
  const m = useMessages();
  const language = useLanguage();
  const words = m.common.problems[kind];
  const limits = useUploadLimits(kind === "too-large" || kind === "unsupported");
  if (limits && kind === "unsupported") {
    return { ...words, text: m.common.photoFormats(formatMediaTypes(limits, language)) };
  }
  if (limits && kind === "too-large") {
    const size = m.common.photoSize(formatMaxSize(limits, language), formatMegapixels(limits, language));
    return { ...words, text: size };
  }
  return words;
}
