import { CopyCommand } from '../parts/copy-command.tsx';

/** What one does when nothing is watched yet. */
export function Teach() {
  return (
    <section className="teach" aria-label="How to begin">
      <h2>No Go service is watched yet</h2>
      <p className="dim">
        Mapscope attaches to a running, unchanged Go program and says which lock made p99 jump: who waited, who held it,
        at which line.
      </p>
      <ol className="steps">
        <li>
          <strong>Watch your own service.</strong> PATH is the Go executable, CMD starts its load.
          <CopyCommand command="npm start -- --exe PATH --load CMD" />
        </li>
        <li>
          <strong>Or the demo shop</strong>, which breaks at the press of a key.
          <CopyCommand command="npm start" />
        </li>
        <li>
          <strong>Or attach to what runs already</strong>, while this runs: every process of the service, now and later.
          <CopyCommand command="npm run mapscope -- agent --target service=NAME" />
        </li>
        <li>
          <strong>Then look here.</strong> Each jump of p99 becomes one line, with its cause, within a minute.
        </li>
      </ol>
    </section>
  );
}
