import { LANGUAGES, setLanguage, useLanguage, useMessages } from "@/shared/i18n/language";
import { Icon } from "./icon";
import { Select } from "./select";

export function LanguageSwitch() {
  const m = useMessages();
  const value = useLanguage();
  if (LANGUAGES.length < 2) return null;
  const options = LANGUAGES.map((value) => ({ value, label: m.common.language[value] }));
  return (
    <Select
      label={m.common.language.label}
      icon={<Icon name="globe" className="size-4.5" />}
      value={value}
      options={options}
      onChange={setLanguage}
    />
  );
}
