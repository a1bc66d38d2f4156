/** Icons on a 24 px grid in the colour of the text; decorative, since each is in or beside a labelled control. */
const PATHS = {
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm5 12 4.500 4.500",
  similar: "M4 8.500h11.500V20H4zM8.500 8.500V4H20v11.500h-4.500",
  zoom: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm5 12 4.500 4.500M8 11h6M11 8v6",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9.500h.01",
  camera: "M4 8h3.500L9 5.500h6L16.500 8H20v11H4zM12 10a3.300 3.300 0 1 0 0 6.600 3.300 3.300 0 0 0 0-6.600Z",
  crop: "M7 3v14h14M3 7h14v14",
  filter: "M4 7h16M7 12h10M10 17h4",
  close: "M6 6l12 12M18 6 6 18",
  chevron: "m6 9.500 6 6 6-6",
  check: "m5 12.500 4.500 4.500L19 7.500",
  external: "M9 6H5v13h13v-4M13 5h6v6M19 5l-8 8",
  hanger:
    "M10 7a2 2 0 1 1 2.600 1.900c-.4.200-.6.500-.6 1v.900l8 5.200c1 .700.600 2-.6 2H4.600c-1.200 0-1.600-1.300-.6-2l8-5.200",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM12 7.500V12l3 2",
  bag: "M5.500 8.500h13l1 11.500h-15zM9 11V7.500a3 3 0 0 1 6 0V11",
  back: "M19 12H5m6-6-6 6 6 6",
  forward: "M5 12h14m-6-6 6 6-6 6",
  alert: "M12 8v5M12 16.500h.01M12 3.500 2.500 20h19z",
  offline:
    "M4 4l16 16M8.500 16a5 5 0 0 1 7 0M5.500 12.500a9 9 0 0 1 4-2.300M14 10.100a9 9 0 0 1 4.500 2.400M12 19.500h.01",
  lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
  unlock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 6.800-1",
  swap: "M7 4 3.500 7.500 7 11M3.500 7.500H17M17 13l3.500 3.500L17 20M20.500 16.500H7",
  shuffle:
    "M3 7h3.500c5 0 5.500 10 10.500 10h4m-3-3 3 3-3 3M3 17h3.500c1.700 0 2.900-1.200 3.800-2.700M13.700 9.700C14.600 8.200 15.500 7 17 7h4m-3-3 3 3-3 3",
  share: "M12 15V4M8 7.500 12 4l4 3.500M6 11H5v9h14v-9h-1",
  undo: "M8.500 5 4 9.500 8.500 14M4 9.500h10a5 5 0 0 1 0 10h-3",
  redo: "M15.500 5 20 9.500 15.500 14M20 9.500H10a5 5 0 0 0 0 10h3",
  bookmark: "M6.500 4h11v16L12 16l-5.500 4z",
  pencil: "M4 20l1-4.500L16 4.500l3.500 3.500L8.500 19zM13.500 7l3.500 3.500",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  plus: "M12 5v14M5 12h14",
  heart: "M12 20 4.500 12.500a4.700 4.700 0 0 1 7.500-5.600 4.700 4.700 0 0 1 7.500 5.600z",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.500 20a7.500 7.500 0 0 1 15 0",
  theme: "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16",
  globe: "M12 3.500a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17ZM3.500 12h17M12 3.500c5 5 5 12 0 17-5-5-5-12 0-17",
} as const;

export type IconName = keyof typeof PATHS;

/** They point along the line, so they turn round where it is read from right to left. */
const DIRECTED: readonly IconName[] = ["back", "external"];

export function Icon({ name, className = "size-5" }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 24 24"
      className={`shrink-0 ${DIRECTED.includes(name) ? "rtl:-scale-x-100" : ""} ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth={1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
