/** What a server that stores events adds to every page: the question, the way back to it, and measuring. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation } from "@tanstack/react-router";
import { useEffect } from "react";
import { consentQuery } from "@/api/consent";
import { ConsentQuestion, PrivacyLink } from "@/features/privacy/question";
import { measure } from "@/shared/events/measure";

export default function Consent() {
  const cache = useQueryClient();
  const { data } = useQuery(consentQuery);
  const isPrivacyPage = useLocation({ select: ({ pathname }) => pathname.endsWith("/privacy") });
  const isOn = data !== undefined && data.state !== "off";
  const hasConsent = data?.measure === true;
  useEffect(() => (isOn ? measure(cache, hasConsent) : undefined), [cache, isOn, hasConsent]);
  if (!isOn) return null;
  return (
    <>
      <PrivacyLink />
      {data.state === "unasked" && !isPrivacyPage && <ConsentQuestion />}
    </>
  );
}
