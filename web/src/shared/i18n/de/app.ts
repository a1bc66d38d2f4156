import type { Messages } from "@/shared/i18n/messages";

export const app: Messages["app"] = {
  offline: "Du bist offline. Was du schon gesehen hast, bleibt da. Suchen geht erst wieder mit Verbindung.",
  newVersion: "Es gibt eine neue Version.",
  reload: "Neu laden",
  photo: {
    title: "Mit einem Foto suchen",
    lost: "Das Foto ist nicht angekommen. Wähle es hier.",
  },
};
