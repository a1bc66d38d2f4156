/** A form of the account: its fields, what became of it, and why it failed. */
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useRef } from "react";
import { useAccountMessages } from "@/shared/i18n/account";
import { buttonClass } from "@/shared/ui/button";
import { TextField } from "@/shared/ui/fields";
import { failureOf } from "./failure";

export type FieldSpec = {
  name: string;
  label: string;
  type?: "email" | "password" | "text";
  autoComplete?: string;
  hint?: string;
  value?: string;
  isOptional?: boolean;
  minLength?: number;
};

type AccountFormProps = {
  label: string;
  fields: readonly FieldSpec[];
  submit: string;
  /** Said once it has worked; nothing where the page changes then. */
  done?: string;
  onSubmit: (values: Readonly<Record<string, string>>) => Promise<unknown>;
  children?: ReactNode;
};

export function AccountForm({ label, fields, submit, done, onSubmit, children }: AccountFormProps) {
  const m = useAccountMessages();
  const form = useRef<HTMLFormElement>(null);
  const { mutate, isPending, isSuccess, error } = useMutation({
    mutationFn: onSubmit,
    onSuccess: () => done && form.current?.reset(),
  });
  function send(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    mutate(Object.fromEntries([...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)])));
  }
  return (
    <form ref={form} aria-label={label} onSubmit={send} className="mt-4 flex max-w-md flex-col gap-4">
      {fields.map((field) => (
        <Field key={field.name} {...field} />
      ))}
      <button type="submit" disabled={isPending} className={`self-start ${buttonClass()}`}>
        {submit}
      </button>
      {children}
      {error && (
        <p role="alert" className="text-accent" data-failure={failureOf(error)}>
          {m.problems[failureOf(error)]}
        </p>
      )}
      <p role="status" className={isPending || (isSuccess && done) ? "" : "sr-only"}>
        {isPending ? m.working : isSuccess ? done : null}
      </p>
    </form>
  );
}

function Field({
  name,
  label,
  type = "text",
  autoComplete = "off",
  hint,
  value,
  isOptional = false,
  minLength,
}: FieldSpec) {
  return (
    <TextField
      name={name}
      label={label}
      hint={hint}
      type={type}
      defaultValue={value}
      required={!isOptional}
      minLength={minLength}
      maxLength={type === "password" ? 128 : 254}
      autoComplete={autoComplete}
      autoCapitalize="none"
      spellCheck={false}
    />
  );
}
