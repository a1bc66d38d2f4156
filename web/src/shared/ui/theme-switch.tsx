import { useMessages } from "@/shared/i18n/language";
import { setTheme, THEMES, useTheme } from "@/shared/theme/theme";
import { Icon } from "./icon";
import { Select } from "./select";

export function ThemeSwitch() {
  const m = useMessages();
  const options = THEMES.map((value) => ({ value, label: m.common.theme[value] }));
  return (
    <Select
      label={m.common.theme.label}
      icon={<Icon name="theme" className="size-4.5" />}
      value={useTheme()}
      options={options}
      onChange={setTheme}
    />
  );
}
