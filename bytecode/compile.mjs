// Compiles the Python modules below a folder to .pyc files: node compile.mjs FOLDER

import { resolve } from 'node:path';
import { loadPyodide } from 'pyodide';

const PYTHON = '3.13'; // Globals.Function.Runtime in template.yaml

const python = await loadPyodide();
python.FS.mkdir('/modules');
python.mountNodeFS('/modules', resolve(process.argv[2]));
const failure = python.runPython(`
import compileall, sys
from py_compile import PycInvalidationMode

def compile_modules(version):
    if "%d.%d" % sys.version_info[:2] != version:
        return "the functions run on Python " + version + ", and Pyodide has " + sys.version.split()[0]
    compiled = compileall.compile_dir(
        "/modules", maxlevels=20, quiet=1, workers=1, invalidation_mode=PycInvalidationMode.UNCHECKED_HASH
    )
    return "" if compiled else "a module does not compile"

compile_modules("${PYTHON}")
`);
if (failure) {
  console.error(`bytecode/compile.mjs: ${failure}`);
  process.exitCode = 1;
}
