// Compiles the package into dist/, and puts the generated types of the API and the licence where they are packed.
import { execFileSync } from "node:child_process";
import { copyFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
rmSync(`${here}dist`, { recursive: true, force: true });
execFileSync(process.execPath, [`${here}../node_modules/typescript/bin/tsc`, "-p", here], { stdio: "inherit" });
copyFileSync(`${here}../src/api/schema.d.ts`, `${here}dist/schema.d.ts`);
copyFileSync(`${here}../../LICENSE`, `${here}LICENSE`);
