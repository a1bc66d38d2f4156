import type { Messages } from "@/shared/i18n/messages";

export const map: Messages["map"] = {
  pageTitle: "Karte des Katalogs",
};
