/** A command to run where the server is. */
export function Command({ text }: { text: string }) {
  return (
    <p dir="ltr" className="mt-1 w-fit max-w-full rounded bg-wash px-3 py-1.5 text-start">
      <code className="font-mono text-[0.8125rem] wrap-anywhere">{text}</code>
    </p>
  );
}
