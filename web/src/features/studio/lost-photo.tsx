/** Says that the outfit's photo is not in this tab, and takes it again. */
import { useMessages } from "@/shared/i18n/language";
import { PhotoTarget } from "@/shared/photo/photo-target";
import { Button } from "@/shared/ui/button";
import { Icon } from "@/shared/ui/icon";

export function LostPhoto({ onGoOn }: { onGoOn: () => void }) {
  const m = useMessages();
  return (
    <div className="mb-4 flex flex-col items-start gap-3 rounded-lg border border-line bg-surface p-4 text-sm">
      <Icon name="photo" className="size-7 text-accent" />
      <p className="font-medium">{m.studio.board.photoLostTitle}</p>
      <p className="text-muted">{m.studio.board.photoLost}</p>
      <PhotoTarget look="bar" />
      <Button variant="quiet" size="sm" onClick={onGoOn}>
        {m.studio.board.goOnWithout}
      </Button>
    </div>
  );
}
