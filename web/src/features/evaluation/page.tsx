/** EVALUATION'S OWN FILE: to be filled by the feature; the router loads `EvaluationPage` from here. */
import { useMessages } from "@/shared/i18n/language";
import { PageHeading } from "@/shared/ui/page-heading";

export function EvaluationPage() {
  const m = useMessages();
  return <PageHeading title={m.evaluation.pageTitle} />;
}
