package org.silofold.demo.soak;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.silofold.demo.cluster.ClusterException;
import org.silofold.schemas.Deployment;

/**
 * The transactions of a cluster's job.
 *
 * @param bootstrap the broker's address
 */
record Transactions(String bootstrap) {
    private static final Deployment JOB = new Deployment(Deployment.DEFAULT);

    /**
     * Ends all that are open, those too that a checkpoint counts on: what was written in them is never read, and whoever holds one cannot commit
     * it any more. Returns how many.
     *
     * @throws ClusterException if the broker does not do it
     */
    int end() throws ClusterException, InterruptedException {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
            List<String> open = admin
                    .listTransactions(new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING)))
                    .all()
                    .get()
                    .stream()
                    .map(TransactionListing::transactionalId)
                    .filter(Transactions::isOurs)
                    .toList();
            admin.fenceProducers(open).all().get();
            return open.size();
        } catch (ExecutionException e) {
            throw new ClusterException(
                    "the broker ends no transactions: " + e.getCause().getMessage(), e);
        }
    }

    private static boolean isOurs(String id) {
        return Arrays.stream(Deployment.Sink.values()).anyMatch(sink -> id.startsWith(JOB.transactions(sink) + "-"));
    }
}
