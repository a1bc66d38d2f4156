/** Where the installed shop opens with a photo: shared by another app, or to be taken, from the shop's icon. */
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useEffectEvent, useState } from "react";
import { useMessages } from "@/shared/i18n/language";
import { PhotoTarget } from "@/shared/photo/photo-target";
import { Refusal } from "@/shared/photo/refusal";
import { usePhotoInput } from "@/shared/photo/use-photo-input";
import { Busy } from "@/shared/ui/busy";
import { Dialog } from "@/shared/ui/dialog";
import { sharedPhoto } from "./worker";

export default function PhotoArrival({ isShared }: { isShared: boolean }) {
  const m = useMessages();
  const navigate = useNavigate();
  const show = () => void navigate({ to: "/", search: { photo: "1" }, replace: true });
  const { take, cancel, isPreparing, refusal } = usePhotoInput(show);
  const [isLost, setLost] = useState(false);
  const takeShared = useEffectEvent(async () => {
    const file = await sharedPhoto();
    if (file) await take(file);
    else setLost(true);
  });
  useEffect(() => {
    if (isShared) void takeShared();
  }, [isShared]);
  return (
    <Dialog isOpen onClose={() => void navigate({ to: ".", search: true, replace: true })} title={m.app.photo.title}>
      {isPreparing && <Busy text={m.search.target.preparing} onCancel={cancel} />}
      {refusal && <Refusal why={refusal} />}
      {isLost && (
        <p role="status" className="mb-4 rounded-lg bg-blush px-4 py-3 text-accent">
          {m.app.photo.lost}
        </p>
      )}
      <PhotoTarget onChosen={show} />
    </Dialog>
  );
}
