package org.silofold.silo.agent;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the agent's components are. Each change is logged in one line. Thread-safe. */
public final class Health {
    private static final Logger LOG = LoggerFactory.getLogger(Health.class);
    private static final long SKIP_LOG_MILLIS = 1000;

    /**
     * One component.
     *
     * @param name its name
     * @param healthy whether it works
     * @param detail one line
     * @param sinceMillis since when it is so, epoch milliseconds
     * @param skipped records that it turned away since the agent started
     */
    public record Component(String name, boolean healthy, String detail, long sinceMillis, long skipped) {}

    private final String party;
    private final Clock clock;
    private final Map<String, Component> components = new TreeMap<>();
    private final Map<String, String> alarms = new TreeMap<>();
    /** When a skipped record of a component was logged last. */
    private final Map<String, Long> skipLogged = new TreeMap<>();

    Health(String party, Clock clock) {
        this.party = party;
        this.clock = clock;
    }

    /** The component works. */
    public void ok(String component, String detail) {
        set(component, true, detail);
    }

    /** The component does not work, for now. */
    public void failed(String component, String detail) {
        set(component, false, detail);
    }

    /** The component turned a record away and went on. Logged is one a second at most, with the number of all so far. */
    public synchronized void skipped(String component, String detail) {
        Component old = current(component);
        long skipped = old.skipped() + 1;
        components.put(component, new Component(component, old.healthy(), old.detail(), old.sinceMillis(), skipped));
        long now = clock.millis();
        Long logged = skipLogged.get(component);
        if (logged == null || Math.abs(now - logged) >= SKIP_LOG_MILLIS) {
            skipLogged.put(component, now);
            LOG.warn("{}: {} skipped a record, number {}: {}", party, component, skipped, line(detail));
        }
    }

    /** Something that a person must look at; it stays until the agent starts again, and says so then if it still holds. */
    public synchronized void alarm(String component, String detail) {
        if (alarms.put(component, line(detail)) == null) {
            LOG.error("{}: {}: {}", party, component, line(detail));
        }
    }

    /** All components, alarms included, by name. */
    public synchronized List<Component> components() {
        Map<String, Component> all = new TreeMap<>(components);
        alarms.forEach((name, detail) -> {
            Component component = current(name);
            all.put(name, new Component(name, false, detail, component.sinceMillis(), component.skipped()));
        });
        return List.copyOf(all.values());
    }

    /** Whether every component works. */
    public boolean healthy() {
        return components().stream().allMatch(Component::healthy);
    }

    private synchronized void set(String name, boolean healthy, String detail) {
        Component old = components.get(name);
        String text = line(detail);
        boolean changed = old == null
                || old.healthy() != healthy
                || (!healthy && !old.detail().equals(text));
        long since = changed ? clock.millis() : old.sinceMillis();
        components.put(name, new Component(name, healthy, text, since, old == null ? 0 : old.skipped()));
        if (changed && healthy) {
            LOG.info("{}: {}: {}", party, name, text);
        } else if (changed) {
            LOG.warn("{}: {} fails: {}", party, name, text);
        }
    }

    private Component current(String name) {
        return components.getOrDefault(name, new Component(name, true, "starting", clock.millis(), 0));
    }

    private static String line(String detail) {
        return String.valueOf(detail).lines().findFirst().orElse("");
    }
}
