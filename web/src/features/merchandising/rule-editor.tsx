/** One rule: its fields, a preview of what they change, saving. */
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Rule } from "@/api/types";
import { useAdminMessages } from "@/shared/i18n/admin";
import { Button, buttonClass } from "@/shared/ui/button";
import { DeskProblem } from "./desk-problem";
import { type Kept, previewRule, putRule, useDesk } from "./queries";
import { draftOf, type RuleDraft, ruleOf } from "./rule-draft";
import { RuleFields } from "./rule-fields";
import { RulePreview } from "./rule-preview";

export function RuleEditor({ kept, onClose }: { kept: Kept<Rule>; onClose: () => void }) {
  const m = useAdminMessages();
  const words = m.merchandising.rules;
  const [draft, setDraft] = useState(() => draftOf(kept.value));
  const save = useDesk(putRule, onClose);
  const preview = useMutation({ mutationFn: previewRule });
  const edited = { ...kept, value: ruleOf(draft) };
  function change(fields: Partial<RuleDraft>) {
    setDraft((old) => ({ ...old, ...fields }));
    preview.reset();
  }
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    save.mutate(edited);
  }
  return (
    <section aria-labelledby="editor" className="mt-8">
      <h2 id="editor" className="text-3xl">
        {kept.version ? kept.value.name : words.create}
      </h2>
      <form onSubmit={submit} className="mt-4 flex max-w-3xl flex-col gap-4">
        <RuleFields draft={draft} onChange={change} />
        <div className="flex flex-wrap gap-3">
          <button type="submit" className={buttonClass()} disabled={save.isPending}>
            {words.save}
          </button>
          <Button variant="outline" onClick={() => preview.mutate(edited)} disabled={preview.isPending}>
            {words.preview}
          </Button>
          <Button variant="quiet" onClick={onClose}>
            {words.cancel}
          </Button>
        </div>
        <DeskProblem error={save.error ?? preview.error} />
      </form>
      {preview.isPending && <p role="status">{words.previewing}</p>}
      {preview.data && <RulePreview found={preview.data} />}
    </section>
  );
}
