/** The sizes that the person wears. */
import { useQuery } from "@tanstack/react-query";
import { useAccountMessages } from "@/shared/i18n/account";
import { AccountForm } from "./form";
import { putSizes, sizesQuery } from "./queries";
import { Section } from "./section";

export function SizesForm() {
  const m = useAccountMessages();
  const { data, refetch } = useQuery(sizesQuery);
  const kinds = Object.entries({ ...m.sizes.kinds });
  return (
    <Section title={m.sizes.title}>
      {data && (
        <AccountForm
          key={JSON.stringify(data)}
          label={m.sizes.title}
          fields={kinds.map(([name, label]) => ({ name, label, value: data[name] ?? "", isOptional: true }))}
          submit={m.sizes.submit}
          onSubmit={async (given) => {
            await putSizes(Object.fromEntries(Object.entries(given).filter(([, size]) => size.trim() !== "")));
            await refetch();
          }}
        />
      )}
    </Section>
  );
}
