/** More than a few sentences of one kind tell nothing new. */
const MOST_OF_A_KIND = 10;

/** What was found to be otherwise than it should be, by what was looked for. */
export class Problems {
  private readonly kinds = new Map<string, string[]>();

  add(kind: string, sentence: string): void {
    const sentences = this.kinds.get(kind);
    if (sentences) sentences.push(sentence);
    else this.kinds.set(kind, [sentence]);
  }

  list(): string[] {
    return [...this.kinds].flatMap(([kind, sentences]) => {
      const more = sentences.length - MOST_OF_A_KIND;
      return more > 0 ? [...sentences.slice(0, MOST_OF_A_KIND), `… and ${more} more (${kind})`] : sentences;
    });
  }
}
