/** The Go text of the other service. «filler» stands for a random number of comment lines, «name» at a line's end marks it. */

export interface Shape {
  readonly module: string;
  /** `main`, or a package of its own */
  readonly packageName: string;
  readonly type: string;
  readonly create: string;
  readonly waiter: string;
  readonly holder: string;
  readonly loop: string;
  readonly innocent: string;
  readonly receiver: string;
  readonly lock: string;
  readonly table: string;
  /** waiter and holder are methods of `type`, else plain functions that take it */
  readonly asMethods: boolean;
  /** the holding goroutine is started by POST /break, else it runs all the time and only then becomes slow */
  readonly startedByBreak: boolean;
  readonly holdMillis: number;
  readonly periodMillis: number;
  readonly workRounds: number;
}

/** The guarded map, with who waits and who holds. */
export function storeSource(s: Shape): string {
  return `package ${s.packageName}

import (
	"sync"
	"time"
)

«filler»
type ${s.type} struct {
	${s.lock} sync.Mutex

	${s.table} map[string]int
}

«filler»
func ${s.create}() *${s.type} {
	return &${s.type}{${s.table}: map[string]int{}}
}

«filler»
${waiterSource(s)}

«filler»
${holderSource(s)}
`;
}

function waiterSource(s: Shape): string {
  const { lock, table } = guarded(s);
  return `${head(s, s.waiter, 'key string')} int {
	«filler»
	${lock}.Lock()«waiter»
	value := ${table}[key]
	«filler»
	${table}[key] = value + 1
	${lock}.Unlock()
	return value
}`;
}

function holderSource(s: Shape): string {
  const { lock, table } = guarded(s);
  return `${head(s, s.holder, 'hold time.Duration')} {
	«filler»
	${lock}.Lock()«holder»
	time.Sleep(hold)
	«filler»
	for key := range ${table} {
		${table}[key] = 0
	}
	${lock}.Unlock()«release»
}`;
}

function guarded(s: Shape): { readonly lock: string; readonly table: string } {
  return { lock: `${s.receiver}.${s.lock}`, table: `${s.receiver}.${s.table}` };
}

function head(s: Shape, name: string, parameter: string): string {
  return s.asMethods
    ? `func (${s.receiver} *${s.type}) ${name}(${parameter})`
    : `func ${name}(${s.receiver} *${s.type}, ${parameter})`;
}

/** The program: routes, the holding goroutine, an innocent lock, the ready line, SIGTERM. */
export function mainSource(s: Shape): string {
  const prefix = s.packageName === 'main' ? '' : `${s.packageName}.`;
  const call = (name: string, argument: string): string =>
    s.asMethods ? `store.${name}(${argument})` : `${prefix}${name}(store, ${argument})`;
  return `package main

import (
${imports(s)}
)

${loopSource(s, prefix, call)}

«filler»
var ${s.innocent}Lock sync.Mutex
var ${s.innocent}Count int

func ${s.innocent}() int {
	${s.innocent}Lock.Lock()
	${s.innocent}Count++
	count := ${s.innocent}Count
	${s.innocent}Lock.Unlock()
	return count
}

«filler»
func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address")
	flag.Parse()
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	store := ${prefix}${s.create}()
	broken := &atomic.Bool{}
${s.startedByBreak ? '' : `	go ${s.loop}(store, broken)\n`}	routes := http.NewServeMux()
${routesSource(s, call)}
${serveSource()}}
`;
}

function imports(s: Shape): string {
  const standard = ['context', 'crypto/sha256', 'flag', 'fmt', 'net', 'net/http', 'os', 'os/signal', 'runtime', 'sync'];
  const paths = [...standard, 'sync/atomic', 'syscall', 'time'].map((path) => `\t"${path}"`);
  return [...paths, ...(s.packageName === 'main' ? [] : ['', `\t"${s.module}/${s.packageName}"`])].join('\n');
}

type Call = (name: string, argument: string) => string;

function loopSource(s: Shape, prefix: string, call: Call): string {
  const body = s.startedByBreak
    ? `for broken.Load() {
		${call(s.holder, `${s.holdMillis}*time.Millisecond`)}
		time.Sleep(${s.periodMillis - s.holdMillis} * time.Millisecond)
	}`
    : `for range time.Tick(${s.periodMillis} * time.Millisecond) {
		hold := time.Duration(0)
		if broken.Load() {
			hold = ${s.holdMillis} * time.Millisecond
		}
		${call(s.holder, 'hold')}
	}`;
  return `«filler»
func ${s.loop}(store *${prefix}${s.type}, broken *atomic.Bool) {
	${body}
}`;
}

function routesSource(s: Shape, call: Call): string {
  return `	routes.HandleFunc("/work", func(response http.ResponseWriter, _ *http.Request) {
		sum := sha256.Sum256([]byte("work"))
		for i := 0; i < ${s.workRounds}; i++ {
			sum = sha256.Sum256(sum[:])
		}
		value := ${call(s.waiter, "string(rune('a'+sum[0]%26))")}
		fmt.Fprintln(response, value, ${s.innocent}())
	})
	«filler»
	routes.HandleFunc("/break", func(response http.ResponseWriter, request *http.Request) {
		if request.Method == http.MethodPost && !broken.Swap(true) {
			${s.startedByBreak ? `go ${s.loop}(store, broken)` : 'fmt.Fprintln(response, "broken")'}
		}
	})
	routes.HandleFunc("/mend", func(_ http.ResponseWriter, request *http.Request) {
		if request.Method == http.MethodPost {
			broken.Store(false)
		}
	})`;
}

function serveSource(): string {
  return `	stop, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	server := &http.Server{Handler: routes, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	fmt.Printf("{\\"event\\":\\"ready\\",\\"listen\\":%q,\\"admin\\":%q,\\"pid\\":%d,\\"goVersion\\":%q}\\n",
		listener.Addr().String(), listener.Addr().String(), os.Getpid(), runtime.Version())
	<-stop.Done()
	release()
	patience, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = server.Shutdown(patience)
`;
}
