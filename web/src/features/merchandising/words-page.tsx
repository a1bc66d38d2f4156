/** Words of searches: which mean the same, and which lead to a page. */
import { useAdminMessages } from "@/shared/i18n/admin";
import { PageHeading } from "@/shared/ui/page-heading";
import { Redirects } from "./redirects";
import { SynonymGroups } from "./synonym-groups";

export function WordsPage() {
  const m = useAdminMessages();
  return (
    <>
      <PageHeading title={m.merchandising.words.title} intro={m.merchandising.words.intro} />
      <div className="mt-8 grid gap-12 lg:grid-cols-2">
        <SynonymGroups />
        <Redirects />
      </div>
    </>
  );
}
