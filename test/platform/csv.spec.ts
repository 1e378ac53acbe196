import { Readable } from 'node:stream';
import { csvLine, csvRecords } from '../../src/platform/http/csv.js';

const read = async (text: string) => (await Readable.from(csvRecords(Readable.from([Buffer.from(text)]), { mostBytes: 40, mostMs: 1_000 })).toArray()).flat();

describe('csvRecords', () => {
  it('reads what spreadsheets write: byte order mark, CRLF, quotes, semicolons, empty lines', async () => {
    expect(await read('\uFEFFserial;note\r\n"LS-1";"says ""hi"""\r\n\r\nLS-2\tx\nLS-3')).toEqual([
      { line: 1, fields: ['serial', 'note'] },
      { line: 2, fields: ['LS-1', 'says "hi"'] },
      { line: 4, fields: ['LS-2', 'x'] },
      { line: 5, fields: ['LS-3'] },
    ]);
  });

  it('names the lines that can’t be read, and reads the others', async () => {
    expect(await read(`LS-1\n"LS-2\n${'x'.repeat(41)}\nLS-4,a,b`)).toEqual([
      { line: 1, fields: ['LS-1'] },
      { line: 2, fields: undefined },
      { line: 3, fields: undefined },
      { line: 4, fields: ['LS-4', 'a', 'b'] },
    ]);
  });

  it('reads as many lines as there are, in batches', async () => {
    const records = await read(Array.from({ length: 2_500 }, (_, index) => `LS-${index}`).join('\n'));
    expect(records).toHaveLength(2_500);
    expect(records[2_499]).toEqual({ line: 2_500, fields: ['LS-2499'] });
  });
});

describe('csvLine', () => {
  it('quotes what needs it, and lets no spreadsheet take a field for a formula', () => {
    expect(csvLine(['a,b', 'say "x"', null, 12, -3, '=1+1', '-1', '@x'])).toBe('"a,b","say ""x""",,12,-3,\'=1+1,\'-1,\'@x\r\n');
  });
});
