/** The fields of a rule; those that its action does not use are not shown. */
import { useAdminMessages } from "@/shared/i18n/admin";
import { CheckField, ChoiceField, TextField } from "@/shared/ui/fields";
import { ACTIONS, type RuleDraft } from "./rule-draft";

type Props = { draft: RuleDraft; onChange: (fields: Partial<RuleDraft>) => void };

const CONDITIONS = ["semantic_categories", "categories", "brands", "seasons", "availabilities"] as const;
const PAIR = "grid gap-4 sm:grid-cols-2";

export function RuleFields({ draft, onChange }: Props) {
  const m = useAdminMessages();
  const words = m.merchandising.rules;
  const actions = ACTIONS.map((value) => ({ value, label: words.actions[value] }));
  return (
    <>
      <div className={PAIR}>
        <TextField
          label={words.name}
          value={draft.name}
          onChange={(name) => onChange({ name })}
          required
          maxLength={200}
        />
        <ChoiceField
          label={words.action}
          value={draft.action}
          options={actions}
          onChange={(action) => onChange({ action })}
        />
      </div>
      <TextField
        label={words.query}
        hint={words.queryHint}
        value={draft.query}
        onChange={(query) => onChange({ query })}
        maxLength={200}
      />
      {draft.query && (
        <CheckField label={words.exact} checked={draft.exact} onChange={(exact) => onChange({ exact })} />
      )}
      <TextField
        label={words.item_ids}
        hint={words.listHint}
        value={draft.item_ids}
        onChange={(item_ids) => onChange({ item_ids })}
        required={draft.action === "pin"}
      />
      {draft.action === "pin" ? (
        <NumberField name="place" draft={draft} onChange={onChange} min={1} max={50} />
      ) : (
        <Conditions draft={draft} onChange={onChange} />
      )}
      {(draft.action === "boost" || draft.action === "bury") && (
        <NumberField name="strength" draft={draft} onChange={onChange} min={1} max={10} />
      )}
      <div className={PAIR}>
        <TextField label={words.from} type="date" value={draft.from} onChange={(from) => onChange({ from })} />
        <TextField label={words.to} type="date" value={draft.to} onChange={(to) => onChange({ to })} />
      </div>
      <NumberField name="priority" draft={draft} onChange={onChange} min={-1000} max={1000} />
      <CheckField label={words.enabled} checked={draft.enabled} onChange={(enabled) => onChange({ enabled })} />
    </>
  );
}

function Conditions({ draft, onChange }: Props) {
  const m = useAdminMessages();
  const words = m.merchandising.rules;
  return (
    <fieldset className="flex flex-col gap-4 rounded-lg border border-line p-4">
      <legend className="px-2">{words.conditions}</legend>
      <div className={PAIR}>
        {CONDITIONS.map((name) => (
          <TextField
            key={name}
            label={words[name]}
            value={draft[name]}
            onChange={(text) => onChange({ [name]: text })}
          />
        ))}
        <NumberField name="margin_min" draft={draft} onChange={onChange} min={-1000} max={100} />
        <NumberField name="margin_max" draft={draft} onChange={onChange} min={-1000} max={100} />
      </div>
    </fieldset>
  );
}

type NumberProps = Props & {
  name: "place" | "strength" | "priority" | "margin_min" | "margin_max";
  min: number;
  max: number;
};

function NumberField({ name, draft, onChange, min, max }: NumberProps) {
  const m = useAdminMessages();
  return (
    <TextField
      label={m.merchandising.rules[name]}
      type="number"
      step={name.startsWith("margin") ? "any" : 1}
      min={min}
      max={max}
      value={draft[name]}
      onChange={(text) => onChange({ [name]: text })}
    />
  );
}
