/** Numbers and plurals in the sentences of one language. */

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

export function counting(locale: string) {
  const format = new Intl.NumberFormat(locale);
  const hundredths = new Intl.NumberFormat(locale, { style: "percent" });
  const rules = new Intl.PluralRules(locale);
  return {
    number: (value: number) => format.format(value),
    percent: (value: number) => hundredths.format(value / 100),
    /** The form for `count`, in which `#` is the number. */
    plural: (count: number, forms: Forms) =>
      (forms[rules.select(count)] ?? forms.other).replaceAll("#", format.format(count)),
  };
}
