package org.silofold.silo.io;

import java.io.IOException;
import java.nio.file.Path;

/** A tensor file that cannot be used; the message is one line: the file, and what is wrong where. */
public final class TensorFileException extends IOException {
    private static final long serialVersionUID = 1L;

    TensorFileException(Path file, String what) {
        super(file + ": " + what);
    }
}
