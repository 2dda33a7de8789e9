package org.silofold.demo.soak;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A line that can be cut: forwards connections to a port on 127.0.0.1 to another one there, until {@link #close}. */
final class Line implements AutoCloseable {
    private final ServerSocket server;
    private final int to;
    private final Thread acceptor;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;

    /**
     * @param from where it listens
     * @param to where it forwards to
     */
    Line(int from, int to) throws IOException {
        this.server = new ServerSocket(from, 50, InetAddress.getLoopbackAddress());
        this.to = to;
        this.acceptor = start(this::accept);
    }

    /** Nothing comes through any more, connections that there are end, new ones end at once. */
    void cut() {
        cut = true;
        open.forEach(Line::end);
    }

    /** Connections come through again. */
    void mend() {
        cut = false;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                connect(server.accept());
            } catch (SocketException refused) {
                // Nobody listens there now, or this line was closed.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void connect(Socket near) throws IOException {
        Socket far;
        try {
            far = new Socket(InetAddress.getLoopbackAddress(), to);
        } catch (IOException refused) {
            end(near);
            throw refused;
        }
        open.add(near);
        open.add(far);
        if (cut) {
            end(near);
            end(far);
        }
        start(() -> pump(near, far));
        start(() -> pump(far, near));
    }

    /** Copies what comes until either end ends, and ends both. */
    private void pump(Socket from, Socket into) {
        try (InputStream in = from.getInputStream();
                OutputStream out = into.getOutputStream()) {
            in.transferTo(out);
        } catch (IOException ended) {
            // The other end sees it too.
        } finally {
            end(from);
            end(into);
            open.remove(from);
            open.remove(into);
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Thread start(Runnable run) {
        Thread thread = new Thread(run, "line");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Connections are refused once this returns: the port is given up only when nobody waits in accept any more. */
    @Override
    public void close() throws IOException {
        server.close();
        cut();
        try {
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
