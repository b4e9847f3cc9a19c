// Keeps up with what is said: server-sent events while the page is looked at,
// asking now and then while it is not, and asking again where events fail.

const wait = (milliseconds) =>
  new Promise((done) => {
    const timer = setTimeout(finish, milliseconds);
    function finish() {
      clearTimeout(timer);
      removeEventListener('online', finish);
      document.removeEventListener('visibilitychange', finish);
      done();
    }
    addEventListener('online', finish);
    document.addEventListener('visibilitychange', finish);
  });

/**
 * Calls `take(lines)` with new lines and `tell(connected)` with each change of
 * the connection. `after()` is the number of the last line that is known.
 */
export async function follow({ after, take, tell }) {
  let failures = 0;
  for (;;) {
    const polled = await poll(after, take);
    tell(polled);
    failures = polled ? 0 : failures + 1;
    if (!polled) {
      await wait(Math.min(1000 * 2 ** (failures - 1), 8000));
    } else if (document.hidden) {
      // Browsers allow six connections to one server: only the visible tab keeps one.
      await wait(15000);
    } else if (!(await stream(after, take, tell))) {
      await wait(3000);
    }
  }
}

async function poll(after, take) {
  try {
    const answer = await fetch(`/chat/lines?after=${after()}`, {
      headers: { Accept: 'application/json' },
      signal: AbortSignal.timeout(15000),
    });
    if (!answer.ok) return false;
    take((await answer.json()).lines);
    return true;
  } catch {
    return false;
  }
}

/** Ends when the stream breaks or the page is hidden; tells whether it had ever worked. */
function stream(after, take, tell) {
  return new Promise((ended) => {
    const source = new EventSource(`/chat/events?after=${after()}`);
    let worked = false;
    const end = () => {
      source.close();
      document.removeEventListener('visibilitychange', hidden);
      ended(worked);
    };
    const hidden = () => document.hidden && end();
    document.addEventListener('visibilitychange', hidden);
    source.onopen = () => {
      worked = true;
      tell(true);
    };
    source.addEventListener('lines', (event) => {
      worked = true;
      take(JSON.parse(event.data).lines);
    });
    source.onerror = end;
  });
}
