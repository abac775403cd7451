// A reporter of `node --test` that writes which files failed and how long each took, one JSON object a line, as
// tests/outcomes.py does.

export default async function* outcomes(source) {
  let passed = 0;
  let failed = 0;
  const seconds = new Map();
  for await (const { type, data } of source) {
    if ((type === "test:pass" || type === "test:fail") && data.nesting === 0) {
      const file = data.file ?? data.name;
      seconds.set(file, (seconds.get(file) ?? 0) + (data.details?.duration_ms ?? 0) / 1000);
    }
    if (type === "test:pass" && !data.skip && !data.todo) passed += 1;
    if (type === "test:fail" && !data.todo) {
      failed += 1;
      const error = data.details?.error;
      const text = `${data.name}: ${error?.cause?.stack ?? error?.cause ?? error?.message ?? error}`;
      yield `${JSON.stringify({ failed: data.file ?? data.name, text })}\n`;
    }
  }
  for (const [file, took] of seconds) {
    yield `${JSON.stringify({ took: file, seconds: Math.round(took * 1000) / 1000 })}\n`;
  }
  yield `${JSON.stringify({ end: failed ? 1 : 0, ran: passed })}\n`;
}
