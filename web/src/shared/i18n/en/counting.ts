import { counting } from "@/shared/i18n/counting";

export const { number, percent, plural } = counting("en");
