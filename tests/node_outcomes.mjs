// A reporter of `node --test` that writes which files failed, one JSON object a line, as tests/outcomes.py does.

export default async function* outcomes(source) {
  let passed = 0;
  let failed = 0;
  for await (const { type, data } of source) {
    if (type === "test:pass" && !data.skip && !data.todo) passed += 1;
    if (type === "test:fail" && !data.todo) {
      failed += 1;
      const error = data.details?.error;
      const text = `${data.name}: ${error?.cause?.stack ?? error?.cause ?? error?.message ?? error}`;
      yield `${JSON.stringify({ failed: data.file ?? data.name, text })}\n`;
    }
  }
  yield `${JSON.stringify({ end: failed ? 1 : 0, ran: passed })}\n`;
}
