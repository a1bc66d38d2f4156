import { usePhoto } from "@/shared/photo/photo";
import { useChangeParams } from "./use-params";

/** Deletes the photo from this tab, and ends the search with it. */
export function useRemovePhoto(): () => void {
  const { dropPhoto } = usePhoto();
  const change = useChangeParams();
  return () => {
    dropPhoto();
    change(({ photo: _photo, text: _text, literal: _literal, tint: _tint, ...filter }) => filter);
  };
}
