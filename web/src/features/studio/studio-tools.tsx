/** What can be done with the outfit as a whole: undo, redo, shuffle, save, share. */
import { useMessages } from "@/shared/i18n/language";
import { nameOf } from "./pieces";
import { Tool, Toolbar } from "./toolbar";
import type { Changes } from "./use-changes";
import { useSave } from "./use-save";
import type { Share } from "./use-share";
import type { Studio } from "./use-studio";
import { useUndo } from "./use-undo";

type StudioToolsProps = { studio: Studio; changes: Changes; name: string; share: Share };

export function StudioTools({ studio, changes, name, share }: StudioToolsProps) {
  const m = useMessages();
  const { canUndo, canRedo, undo, redo } = useUndo();
  const { itemIds } = studio.outfit;
  const first = studio.pieces.find(({ kind }) => kind === "item");
  const save = useSave(itemIds, name, first ? nameOf(first, m) : "", studio.photo);
  const canShuffle = studio.plan.slots.length > 0;
  const hasItems = itemIds.length > 0;
  return (
    <Toolbar>
      <Tool icon="undo" isSmall isOff={!canUndo} onClick={undo} aria-keyshortcuts="Control+Z">
        {m.studio.undo}
      </Tool>
      <Tool icon="redo" isSmall isOff={!canRedo} onClick={redo} aria-keyshortcuts="Control+Y">
        {m.studio.redo}
      </Tool>
      <Tool
        icon="shuffle"
        isOff={!canShuffle}
        onClick={changes.shuffle}
        title={canShuffle ? m.studio.shuffleHelp : m.studio.shuffleLocked}
      >
        {m.studio.shuffle}
      </Tool>
      <Tool icon="bookmark" isOff={!hasItems} onClick={save}>
        {m.studio.saved.save}
      </Tool>
      <Tool icon="share" isMain isOff={!hasItems} onClick={share.share}>
        {m.studio.share.share}
      </Tool>
    </Toolbar>
  );
}
