/** What is stored about a shopper, for how long, and her choice: shown, changed and withdrawn. */
import { useQuery } from "@tanstack/react-query";
import { consentQuery } from "@/api/consent";
import type { ConsentState } from "@/api/types";
import { useLanguage } from "@/shared/i18n/language";
import { usePrivacyMessages } from "@/shared/i18n/privacy";
import { ProblemNotice, WaitingNotice } from "@/shared/ui/notice";
import { PageHeading } from "@/shared/ui/page-heading";
import { Answers } from "./answers";
import { Withdraw } from "./withdraw";

export function PrivacyPage() {
  const m = usePrivacyMessages();
  const { data, error, failureReason, isPending, refetch } = useQuery(consentQuery);
  return (
    <div className="mx-auto max-w-3xl">
      <PageHeading title={m.title} intro={data?.state === "off" ? m.off : m.intro} />
      {isPending && <WaitingNotice failure={failureReason} />}
      {error && <ProblemNotice error={error} onRetry={() => refetch()} />}
      {data && data.state !== "off" && <Explained state={data} />}
    </div>
  );
}

function Explained({ state }: { state: ConsentState }) {
  const m = usePrivacyMessages();
  return (
    <>
      <Part title={m.withConsent.title}>{m.withConsent.text}</Part>
      <Part title={m.without.title}>{m.without.text}</Part>
      <Part title={m.duration.title}>{m.duration.text}</Part>
      <section className="mt-8">
        <h2 className="text-2xl">{m.yours}</h2>
        <p role="status" className="mt-2 mb-4 text-pretty">
          <Answered state={state} />
        </p>
        {state.global_privacy_control ? null : state.state === "given" ? <Withdraw state={state} /> : <Answers />}
      </section>
    </>
  );
}

function Part({ title, children }: { title: string; children: string }) {
  return (
    <section className="mt-8">
      <h2 className="text-2xl">{title}</h2>
      <p className="mt-2 text-pretty">{children}</p>
    </section>
  );
}

function Answered({ state }: { state: ConsentState }) {
  const m = usePrivacyMessages();
  const language = useLanguage();
  if (state.global_privacy_control) return m.byBrowser;
  if (state.state !== "given") return state.state === "refused" ? m.refused : m.unanswered;
  const day = new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(new Date(state.at ?? 0));
  return m.given(day);
}
