import { useRouter } from "@tanstack/react-router";
import { filterOf } from "./fields";
import { readSearchParams } from "./params";

/** Goes to the results of the photo that was just chosen: one entry in the history, whichever photo it is. */
export function useShowPhoto(): () => void {
  const router = useRouter();
  return () => {
    const { matches, location } = router.state;
    const filter = matches.at(-1)?.routeId === "/" ? filterOf(readSearchParams(location.search)) : {};
    void router.navigate({ to: "/", search: { ...filter, photo: "1" } });
  };
}
