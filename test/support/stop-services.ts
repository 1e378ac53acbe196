/** Jest's globalTeardown: leaves no process and no file of this run behind. */
export default async function stopServices(): Promise<void> {
  await globalThis.linesideTestServices?.stop();
}
