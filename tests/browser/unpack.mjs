// Unpacks the browser, with a font and the libraries that a bare machine lacks, into a folder.
import { mkdirSync, writeFileSync } from "node:fs";

const [folder] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
process.env.TMPDIR = folder;
// Without it the package leaves its libraries packed.
process.env.AWS_EXECUTION_ENV = `AWS_Lambda_nodejs${process.versions.node.split(".")[0]}.x`;
const { default: chromium } = await import("@sparticuz/chromium");
await chromium.executablePath();
// Pages look the same on every machine: the one font for all.
writeFileSync(
  `${folder}/fonts.conf`,
  `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>` +
    `<dir>${folder}/fonts</dir><cachedir>${folder}/fonts-cache</cachedir></fontconfig>`,
);
