<%= "the shop" %>
