package org.silofold.silo.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.silofold.protocol.reason.Reason;
import org.silofold.protocol.reason.RejectedException;
import org.silofold.silo.party.PrivateFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's API for programs of the same party, HTTP on 127.0.0.1. Every request carries the token of {@code endpoint.properties}, which only
 * the agent's own user can read: {@code Authorization: Bearer TOKEN}.
 *
 * <pre>
 *   GET  /v1/status                                  how the agent is
 *   GET  /v1/models/M/latest[?newerThan=V&amp;waitMillis=T]   the newest verified version: JSON; 204 if there is none (newer)
 *   GET  /v1/models/M/versions/V/parameters          its parameters: float32 little-endian
 *   POST /v1/models/M/updates?base=V&amp;examples=N      a delta: float32 little-endian; metrics: Silofold-Metrics: {"name": value}
 *   GET  /v1/updates[?limit=N]                       all updates, or the newest N; oldest first
 *   POST /v1/updates/ID/withdrawal                   takes an update back
 *   GET  /v1/updates/ID[?state=S&amp;version=V&amp;waitMillis=T]  one update; waits while it is as named
 * </pre>
 *
 * Errors are JSON: {@code {"code": ..., "message": ...}}, the code a {@link Reason}'s or an {@link AgentException}'s.
 */
final class LocalApi implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalApi.class);
    private static final int THREADS = 16;
    private static final int TOKEN_BYTES = 32;
    private static final String BEARER = "Bearer ";

    private final ApiState state;
    private final ModelApi models;
    private final UpdateApi updates;
    private final HttpServer server;
    private final ExecutorService executor;
    private final byte[] token;

    private LocalApi(ApiState state, HttpServer server, ExecutorService executor, byte[] token) {
        this.state = state;
        this.models = new ModelApi(state);
        this.updates = new UpdateApi(state);
        this.server = server;
        this.executor = executor;
        this.token = token;
    }

    /** Starts to listen and then writes where, and with which token, to {@code endpoint.properties}. */
    static LocalApi start(ApiState state, int port) throws IOException {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        String token = HexFormat.of().formatHex(random);
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 0);
        AtomicInteger count = new AtomicInteger();
        String party = state.context().party().name();
        ExecutorService executor = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "silofold-" + party + "-api-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        LocalApi api = new LocalApi(state, server, executor, token.getBytes(StandardCharsets.US_ASCII));
        server.createContext("/", api::handle);
        server.setExecutor(executor);
        server.start();
        try {
            api.announce(token);
        } catch (IOException e) {
            api.close();
            throw e;
        }
        return api;
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Stops to listen and removes {@code endpoint.properties}. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(endpoint());
        } catch (IOException e) {
            LOG.warn("{} cannot be removed: {}", endpoint(), e.getMessage());
        }
        server.stop(0);
        executor.shutdownNow();
    }

    private void announce(String token) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("port", Integer.toString(port()));
        properties.setProperty("token", token);
        properties.setProperty("pid", Long.toString(ProcessHandle.current().pid()));
        StringWriter text = new StringWriter();
        properties.store(text, "The running agent's local API, on 127.0.0.1");
        PrivateFiles.write(endpoint(), text.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    private Path endpoint() {
        return state.context().party().endpoint();
    }

    private void handle(HttpExchange exchange) throws IOException {
        ApiCall call = new ApiCall(exchange);
        if (!authorized(call)) {
            call.refuse(401, json("unauthorized", "the token is missing or wrong"));
            // The server ends the connection of a handler that fails. Closing the exchange would wait for the body
            // first.
            throw new IOException("unauthorized");
        }
        try (exchange) {
            try {
                route(call);
            } catch (RejectedException e) {
                String detail = e.getMessage().substring(e.reason().code().length() + 2);
                error(
                        call,
                        e.reason() == Reason.BASE_SPENT ? 409 : 422,
                        e.reason().code(),
                        detail);
            } catch (AgentException e) {
                error(call, status(e.code()), e.code(), e.getMessage());
            } catch (RuntimeException e) {
                LOG.error(
                        "{}: the local API failed: {}", state.context().party().name(), e.toString());
                error(call, 500, "failed", "the agent failed: " + e.getMessage());
            }
        }
    }

    private void route(ApiCall call) throws IOException {
        if (call.is("GET", "v1", "status")) {
            call.answer(200, ApiJson.status(state));
        } else if (call.is("GET", "v1", "models", "*", "latest")) {
            models.latest(call);
        } else if (call.is("GET", "v1", "models", "*", "versions", "*", "parameters")) {
            models.parameters(call);
        } else if (call.is("POST", "v1", "models", "*", "updates")) {
            updates.submit(call);
        } else if (call.is("GET", "v1", "updates")) {
            updates.list(call);
        } else if (call.is("POST", "v1", "updates", "*", "withdrawal")) {
            updates.withdraw(call);
        } else if (call.is("GET", "v1", "updates", "*")) {
            updates.status(call);
        } else {
            error(call, 404, AgentException.BAD_REQUEST, "there is no such resource");
        }
    }

    private boolean authorized(ApiCall call) {
        String header = call.header("Authorization").orElse("");
        byte[] given = header.startsWith(BEARER)
                ? header.substring(BEARER.length()).getBytes(StandardCharsets.UTF_8)
                : new byte[0];
        return MessageDigest.isEqual(token, given);
    }

    private static int status(String code) {
        return switch (code) {
            case AgentException.BAD_REQUEST -> 400;
            case AgentException.NO_MODEL, AgentException.UNKNOWN_UPDATE -> 404;
            case AgentException.TOO_LATE -> 409;
            case AgentException.DISK_FULL -> 507;
            case AgentException.NOT_READY -> 503;
            default -> 500;
        };
    }

    private static void error(ApiCall call, int status, String code, String message) throws IOException {
        call.answer(status, json(code, message));
    }

    private static ObjectNode json(String code, String message) {
        ObjectNode json = ApiCall.JSON.createObjectNode();
        json.put("code", code);
        json.put("message", message);
        return json;
    }
}
