package org.silofold.simulation;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.silofold.protocol.message.Digest;

/**
 * One member as a finite automaton over a few records: its states are the contents of its store, each transition was made once by the
 * real member. Found as they are asked for.
 */
final class MemberAutomaton implements AutoCloseable {
    /** What decides how the member goes on; the order in which votes arrived does not. */
    private static final List<String> CONTENTS = List.of(
            "SELECT hex(digest) FROM cohorts ORDER BY arrived",
            "SELECT hex(digest) || coalesce(refused, '') FROM answers ORDER BY 1",
            "SELECT hex(digest) || member || refused FROM votes ORDER BY 1",
            "SELECT silo || hex(digest) FROM locks ORDER BY 1",
            "SELECT silo || hex(digest) FROM spent ORDER BY 1",
            "SELECT hex(digest) FROM responses ORDER BY 1",
            "SELECT value FROM facts WHERE name = 'aside'");

    /** What a member has said about a cohort. */
    enum Said {
        NOTHING,
        VOTE,
        REFUSAL
    }

    private final MemberNode node;
    private final List<Post> inputs;
    private final List<Digest> cohorts;
    private final Optional<String> forgets;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<byte[]> images = new ArrayList<>();
    private final List<int[]> next = new ArrayList<>();
    private final List<Said[]> said = new ArrayList<>();
    private final List<boolean[]> answered = new ArrayList<>();

    /**
     * @param node a member that has been given all that comes before; closed with this
     * @param inputs what it may be given, any number of times
     * @param cohorts the cohorts that are asked about
     * @param forgets rows of its memory that it deletes after each input, if it breaks a rule
     */
    MemberAutomaton(MemberNode node, List<Post> inputs, List<Digest> cohorts, Optional<String> forgets) {
        this.node = node;
        this.inputs = inputs;
        this.cohorts = cohorts;
        this.forgets = forgets;
        number();
    }

    /** The state after this input; state 0 is the first. */
    int next(int state, int input) {
        int known = next.get(state)[input];
        if (known >= 0) {
            return known;
        }
        node.memory().jump(images.get(state));
        node.deliver(inputs.get(input));
        forgets.ifPresent(node.memory()::forget);
        int found = number();
        next.get(state)[input] = found;
        return found;
    }

    int states() {
        return images.size();
    }

    Said said(int state, int cohort) {
        return said.get(state)[cohort];
    }

    /** Whether the member has told the same in both states: answers and sums of shares. */
    boolean toldTheSame(int one, int other) {
        return Arrays.equals(said.get(one), said.get(other)) && Arrays.equals(answered.get(one), answered.get(other));
    }

    /** Whether its sum of shares has left for this cohort. */
    boolean answered(int state, int cohort) {
        return answered.get(state)[cohort];
    }

    /** The number of the state that the store is in. */
    private int number() {
        List<List<String>> contents = CONTENTS.stream().map(this::query).toList();
        Integer known = numbers.putIfAbsent(contents.toString(), images.size());
        if (known != null) {
            return known;
        }
        images.add(node.memory().image());
        int[] unknown = new int[inputs.size()];
        Arrays.fill(unknown, -1);
        next.add(unknown);
        said.add(cohorts.stream().map(cohort -> said(cohort, contents.get(1))).toArray(Said[]::new));
        boolean[] left = new boolean[cohorts.size()];
        for (int i = 0; i < left.length; i++) {
            left[i] = contents.get(5).contains(hex(cohorts.get(i)));
        }
        answered.add(left);
        return images.size() - 1;
    }

    private static Said said(Digest cohort, List<String> answers) {
        if (answers.contains(hex(cohort))) {
            return Said.VOTE;
        }
        return answers.stream().anyMatch(answer -> answer.startsWith(hex(cohort))) ? Said.REFUSAL : Said.NOTHING;
    }

    private static String hex(Digest digest) {
        return digest.hex().toUpperCase(java.util.Locale.ROOT);
    }

    private List<String> query(String query) {
        try (Statement statement = node.memory().connection().createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        node.close();
    }
}
